import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { ConfigError } from '../common/config-error.ts';

/** A proxy cannot reach this machine by these names, so they are asked directly, whatever is configured. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks:']);

interface Proxies {
  http: string | undefined;
  https: string | undefined;
  none: string;
}

let current: { key: string; agent: Dispatcher } | undefined;

/**
 * The way out that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` describe, in either case;
 * undefined where they name no proxy.
 *
 * @throws ConfigError a variable that holds no address of a proxy; its value is not repeated, since it may
 *   hold a password
 */
export function environmentProxy(
  environment: NodeJS.ProcessEnv = process.env,
): Dispatcher | undefined {
  const proxies = read(environment);
  if (!proxies.http && !proxies.https) return undefined;
  const key = JSON.stringify(proxies);
  if (current?.key !== key) {
    current = {
      key,
      agent: new EnvHttpProxyAgent({
        // An empty text stands for none, where undefined would read the environment.
        httpProxy: proxies.http ?? '',
        httpsProxy: proxies.https ?? '',
        noProxy: proxies.none,
      }),
    };
  }
  return current.agent;
}

/** Whether requests may go through a proxy, so that its failures may look like the endpoint's. */
export const hasEnvironmentProxy = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].some((name) => setting(environment, name));

function read(environment: NodeJS.ProcessEnv): Proxies {
  const all = addressIn(environment, 'ALL_PROXY');
  const except = setting(environment, 'NO_PROXY')?.value ?? '';
  const entries = except.split(/[,\s]+/).filter(Boolean);
  return {
    http: addressIn(environment, 'HTTP_PROXY') ?? all,
    https: addressIn(environment, 'HTTPS_PROXY') ?? all,
    none: entries.includes('*') ? '*' : [...entries, ...THIS_MACHINE].join(','),
  };
}

function addressIn(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const found = setting(environment, name);
  if (!found) return undefined;
  // `proxy.example.org:3128` has no scheme, and a proxy is spoken to without TLS then.
  const address = found.value.includes('://') ? found.value : `http://${found.value}`;
  if (URL.canParse(address) && PROTOCOLS.has(new URL(address).protocol)) return address;
  throw new ConfigError(
    `the environment variable ${found.name} holds no address of a proxy; write http://host:port, or unset it`,
  );
}

/** Names in lower case come first, as for curl. */
function setting(
  environment: NodeJS.ProcessEnv,
  name: string,
): { name: string; value: string } | undefined {
  for (const each of [name.toLowerCase(), name]) {
    const value = environment[each]?.trim();
    if (value) return { name: each, value };
  }
  return undefined;
}
