import type { ApiProvider } from 'promptfoo';

/** What promptfoo makes of an entry under `providers`. */
export interface ProviderEntry {
  /** The entry's `config` as it was written. */
  given: Record<string, unknown>;
  /** Folder of the configuration file; empty where promptfoo did not make the provider, or does not know it. */
  basePath: string;
  /** Whether promptfoo made the provider, and no program: it adds the folder to the entry's `config`. */
  isMadeByPromptfoo: boolean;
}

/** @param config as the provider's constructor is given it */
export function providerEntry(config: object = {}): ProviderEntry {
  const { basePath = '', ...given } = config as Record<string, unknown>;
  return { given, basePath: String(basePath), isMadeByPromptfoo: 'basePath' in config };
}

/**
 * A provider's `id()`: a name of its own for every labelled column, as promptfoo keeps one queue for each name,
 * and pauses whole queues. An entry without a label keeps its id as written: by that promptfoo looks up its
 * `prompts`, of which the entry itself is told nothing.
 */
export const queueName = (id: string, label: string | undefined): string =>
  label ? `${id}#${label}` : id;

/**
 * Stands for an entry with a broken configuration. promptfoo tells a provider its label right after it
 * has made it, and an error is of little use without, where several entries differ in little else.
 *
 * @param refuse throws the error, behind the label
 */
export const unusableProvider = (id: string, refuse: (label?: string) => unknown): ApiProvider => ({
  id: () => id,
  get label() {
    return undefined as unknown as string;
  },
  set label(label: string) {
    refuse(label);
  },
  callApi: async () => refuse() as never,
});
