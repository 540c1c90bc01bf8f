import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The token of `startMetadataServer`, which stands in no variable of the environment. */
export const ACCESS_TOKEN = 'ya29.local-access-token-of-the-test';

/**
 * Google Cloud's metadata server as it is on a machine there: application-default credentials are found through
 * it (`GCE_METADATA_HOST`) where no file holds any.
 */
export async function startMetadataServer(): Promise<{ host: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const headers = { 'metadata-flavor': 'Google', 'content-type': 'application/json' };
    const path = request.url ?? '';
    if (path.includes('/token')) {
      response.writeHead(200, headers);
      response.end(
        JSON.stringify({ access_token: ACCESS_TOKEN, expires_in: 3599, token_type: 'Bearer' }),
      );
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': 'application/text' });
    response.end(path.includes('universe-domain') ? 'googleapis.com' : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
