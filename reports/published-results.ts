const Q_DEBIAS_PAPER = 'arXiv 2411.12791';

/** Where the figures of a method stand; those of others than the paper's own were not checked there. */
const SOURCES: Record<string, string> = {
  'Dog-IQA': 'arXiv 2410.02505, not checked',
  'Adaptive Logit Weighting': 'not traced',
};

/** An agreement with MOS that a paper reports. */
export interface PublishedResult {
  /** Title of the data set (`PublishedDataset.title`). */
  dataset: string;
  method: string;
  model: string;
  SRCC: number;
  /** Raw, no mapping. */
  PLCC?: number;
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
  'Adaptive Logit Weighting': [
    [0.856, 0.883],
    [0.886, 0.916],
    [0.77, 0.827],
    [0.791, 0.787],
    [0.906, 0.911],
  ],
};

/** Other models on LIVE Challenge and AGIQA-3K: SRCC without and with debiasing. */
const OTHER_MODELS: Record<string, { live: [number, number]; agiqa: [number, number] }> = {
  BakLLaVA: { live: [0.09, 0.263], agiqa: [0.48, 0.46] },
  'Qwen-VL': { live: [0.47, 0.504], agiqa: [0.504, 0.615] },
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: a published figure, not a root of 1/2
  'LLaVA-OneVision': { live: [0.379, 0.631], agiqa: [0.581, 0.707] },
  'LLaVA-Interleave': { live: [0.221, 0.454], agiqa: [0.223, 0.464] },
  'DeepSeek-VL2': { live: [0.8, 0.822], agiqa: [0.606, 0.759] },
};

export const publishedResults: readonly PublishedResult[] = [
  ...Object.entries(ON_MPLUG_OWL3).flatMap(([method, figures]) =>
    figures.map(([SRCC, PLCC], index) => ({
      dataset: DATASETS[index] as string,
      method,
      model: 'mPLUG-Owl3',
      SRCC,
      PLCC,
      source: SOURCES[method] ?? Q_DEBIAS_PAPER,
    })),
  ),
  ...Object.entries(OTHER_MODELS).flatMap(([model, { live, agiqa }]) =>
    [
      { dataset: LIVE, figures: live },
      { dataset: AGIQA, figures: agiqa },
    ].flatMap(({ dataset, figures: [vanilla, debiased] }) => [
      { dataset, method: 'without debiasing', model, SRCC: vanilla, source: Q_DEBIAS_PAPER },
      { dataset, method: 'Q-Debias', model, SRCC: debiased, source: Q_DEBIAS_PAPER },
    ]),
  ),
];

/** Results on a data set, whichever of its splits was measured: `KonIQ-10k (test)` is KonIQ-10k. */
export const resultsOn = (dataset: string): PublishedResult[] =>
  publishedResults.filter(
    (result) => dataset === result.dataset || dataset.startsWith(`${result.dataset} (`),
  );
