const Q_DEBIAS_PAPER = 'arXiv 2411.12791';

/** Where the figures of a method stand that are not the paper's own. */
const SOURCES: Record<string, string> = { 'Dog-IQA': 'arXiv 2410.02505' };

/** An agreement with MOS that a paper reports. */
export interface PublishedResult {
  /** Title of the data set (`PublishedDataset.title`). */
  dataset: string;
  method: string;
  model: string;
  SRCC: number;
  /** Raw, no mapping. */
  PLCC: number;
  source: string;
}

const LIVE = 'LIVE Challenge';
const AGIQA = 'AGIQA-3K';
const DATASETS = [LIVE, 'KonIQ-10k', AGIQA, 'KADID-10k', 'SPAQ'];

/** Methods that need no training, on mPLUG-Owl3: SRCC and PLCC in the order of `DATASETS`. */
const ON_MPLUG_OWL3: Record<string, [number, number][]> = {
  'Q-Bench prompt': [
    [0.721, 0.677],
    [0.672, 0.573],
    [0.596, 0.469],
    [0.315, 0.267],
    [0.767, 0.65],
  ],
  'Q-Debias': [
    [0.794, 0.818],
    [0.838, 0.863],
    [0.717, 0.753],
    [0.7, 0.753],
    [0.867, 0.826],
  ],
  'Dog-IQA': [
    [0.756, 0.752],
    [0.819, 0.811],
    [0.823, 0.797],
    [0.612, 0.624],
    [0.902, 0.897],
  ],
};

interface OtherModel {
  model: string;
  dataset: string;
  /** SRCC and PLCC. */
  vanilla: [number, number];
  debiased: [number, number];
}

/** Table 2 of the paper: other models, without and with debiasing. Three of the twenty figures get worse. */
const OTHER_MODELS: readonly OtherModel[] = [
  { model: 'BakLLaVA', dataset: LIVE, vanilla: [0.09, 0.108], debiased: [0.263, 0.265] },
  { model: 'BakLLaVA', dataset: AGIQA, vanilla: [0.48, 0.321], debiased: [0.46, 0.482] },
  { model: 'Qwen-VL', dataset: LIVE, vanilla: [0.47, 0.546], debiased: [0.504, 0.501] },
  { model: 'Qwen-VL', dataset: AGIQA, vanilla: [0.504, 0.532], debiased: [0.615, 0.623] },
  { model: 'LLaVA-OneVision', dataset: LIVE, vanilla: [0.379, 0.654], debiased: [0.631, 0.649] },
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: a published figure, not a root of 1/2
  { model: 'LLaVA-OneVision', dataset: AGIQA, vanilla: [0.581, 0.781], debiased: [0.707, 0.806] },
  { model: 'LLaVA-Interleave', dataset: LIVE, vanilla: [0.221, 0.337], debiased: [0.454, 0.543] },
  { model: 'LLaVA-Interleave', dataset: AGIQA, vanilla: [0.223, 0.315], debiased: [0.464, 0.56] },
  { model: 'DeepSeek-VL2', dataset: LIVE, vanilla: [0.8, 0.851], debiased: [0.822, 0.86] },
  { model: 'DeepSeek-VL2', dataset: AGIQA, vanilla: [0.606, 0.655], debiased: [0.759, 0.778] },
];

export const publishedResults: readonly PublishedResult[] = [
  ...Object.entries(ON_MPLUG_OWL3).flatMap(([method, figures]) =>
    figures.map(([SRCC, PLCC], index) => ({
      dataset: DATASETS[index]!,
      method,
      model: 'mPLUG-Owl3',
      SRCC,
      PLCC,
      source: SOURCES[method] ?? Q_DEBIAS_PAPER,
    })),
  ),
  ...OTHER_MODELS.flatMap(({ model, dataset, vanilla, debiased }) =>
    (
      [
        ['without debiasing', vanilla],
        ['Q-Debias', debiased],
      ] as const
    ).map(([method, [SRCC, PLCC]]) => ({
      dataset,
      method,
      model,
      SRCC,
      PLCC,
      source: Q_DEBIAS_PAPER,
    })),
  ),
];

/** Results on a data set, whichever of its splits was measured: `KonIQ-10k (test)` is KonIQ-10k. */
export const resultsOn = (dataset: string): PublishedResult[] =>
  publishedResults.filter(
    (result) => dataset === result.dataset || dataset.startsWith(`${result.dataset} (`),
  );
