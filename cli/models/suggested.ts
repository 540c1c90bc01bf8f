/** An open vision model that llama-server downloads by itself. */
export interface SuggestedModel {
  /** What stands behind `llama:`. */
  name: string;
  licence: string;
  /** Of weights and vision part together, in gigabytes, about. */
  downloadGb: number;
  /** Memory that it takes with two slots, in gigabytes, about. */
  memoryGb: number;
  /** Whether a question may show it several images, as the method does. */
  takesSeveralImages: boolean;
  /** Where somebody has published how well it agrees with people, in SRCC; else it is unknown. */
  publishedLevel?: string;
}

/**
 * Small enough for a laptop, under licences that allow any use, and made for several images. Sizes are
 * rounded, and differ a little with the vision part that the server takes.
 */
export const SUGGESTED_MODELS: readonly SuggestedModel[] = [
  {
    name: 'Qwen/Qwen3-VL-2B-Instruct-GGUF:Q4_K_M',
    licence: 'Apache-2.0',
    downloadGb: 1.9,
    memoryGb: 4,
    takesSeveralImages: true,
  },
  {
    name: 'Qwen/Qwen3-VL-4B-Instruct-GGUF:Q4_K_M',
    licence: 'Apache-2.0',
    downloadGb: 3.3,
    memoryGb: 6,
    takesSeveralImages: true,
  },
  {
    name: 'Qwen/Qwen3-VL-8B-Instruct-GGUF:Q4_K_M',
    licence: 'Apache-2.0',
    downloadGb: 6.2,
    memoryGb: 9,
    takesSeveralImages: true,
  },
  {
    name: 'ggml-org/Qwen2.5-VL-7B-Instruct-GGUF:Q4_K_M',
    licence: 'Apache-2.0',
    downloadGb: 6,
    memoryGb: 9,
    takesSeveralImages: true,
  },
  {
    name: 'ggml-org/SmolVLM2-2.2B-Instruct-GGUF:Q4_K_M',
    licence: 'Apache-2.0',
    downloadGb: 2,
    memoryGb: 4,
    takesSeveralImages: true,
  },
];
