import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy that a test has started. */
export interface Tunnel {
  /** `127.0.0.1:40123`, for `HTTP_PROXY`. */
  address: string;
  asked: { target: string; authorization: string | undefined }[];
  close(): void;
}

/**
 * Tunnels everything to a local server, whatever its name, so that a vendor's own address can be asked.
 *
 * @param url of the server
 * @param refusal a status line with which everything is refused instead
 */
export async function startTunnel(url: string, refusal?: string): Promise<Tunnel> {
  const asked: Tunnel['asked'] = [];
  const proxy = createServer();
  proxy.on('connect', ({ url: target = '', headers }: IncomingMessage, socket: Socket) => {
    asked.push({ target, authorization: headers['proxy-authorization'] });
    if (refusal) return socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
    const server = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(socket).pipe(server);
    });
    socket.on('error', () => server.destroy());
    return server.on('error', () => socket.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
