import type { OpenaiApi } from '../openai/api.ts';

/** What an engine's requests are for. */
export interface EngineSetting {
  /** As the ordinary interface names it. */
  model: string;
  /** Address of the ordinary interface, as in `https://api.mistral.ai/v1`. */
  endpoint: string;
  /** Of the interface that answers the requests, below that address. Default: Chat Completions. */
  path?: OpenaiApi['path'];
}
