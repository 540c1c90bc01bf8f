/** Interfaces through which a question can be asked. */
export const OPENAI_APIS = ['chat', 'responses'] as const;
export type OpenaiApiName = (typeof OPENAI_APIS)[number];
