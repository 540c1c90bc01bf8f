import type { ModelSource } from './model-source.ts';
import type { ServerSize } from './server-size.ts';

/** How Hugging Face's own tools are told to stay off the network. */
const OFFLINE_VARIABLES = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'];

/**
 * The arguments of llama-server. The key is not among them, as other users of the machine can read
 * arguments; LLAMA_API_KEY carries it. HF_TOKEN, HF_HOME and the address of a mirror are read by the server
 * from the environment, which it gets as it is.
 *
 * @param name what its replies call the model
 */
export function serverArguments(
  name: string,
  source: ModelSource,
  { slots, contextTokens }: ServerSize,
  port: number,
  environment: NodeJS.ProcessEnv = process.env,
): string[] {
  const model =
    source.kind === 'file'
      ? ['-m', source.path, '--mmproj', source.mmproj]
      : ['-hf', source.name, ...(isOffline(environment) ? ['--offline'] : [])];
  return [
    ...model,
    // Its replies name the model, and a path of this machine is nobody else's business.
    ...['--alias', name],
    ...['--host', '127.0.0.1', '--port', String(port)],
    // The context is shared out among the slots.
    ...['-np', String(slots), '-c', String(slots * contextTokens)],
  ];
}

const isOffline = (environment: NodeJS.ProcessEnv): boolean =>
  OFFLINE_VARIABLES.some((name) => /^(1|true|yes|on)$/i.test(environment[name] ?? ''));
