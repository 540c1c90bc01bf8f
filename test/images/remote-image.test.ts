import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readImageFile } from '../../src/images/image-file.ts';
import { fetchImage, isPublicAddress } from '../../src/images/remote-image.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const BYTES = Buffer.from('the bytes of an image');

/** @returns the port of a server on this machine */
async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Names lead to this machine; the test tells which of its addresses count as public. */
const toThisMachine = (addressOf: (hostname: string) => string): LookupFunction =>
  ((hostname: string, options: { all?: boolean }, callback: (...args: unknown[]) => void) => {
    const address = addressOf(hostname);
    if (options.all) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  }) as LookupFunction;

const allowed = {
  isAllowed: (address: string) => address === '127.0.0.1',
  lookup: toThisMachine(() => '127.0.0.1'),
};

describe('a remote image', () => {
  it('is not fetched unless that is allowed', async () => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests += 1;
      response.end(BYTES);
    });
    await expect(readImageFile(`http://127.0.0.1:${port}/a.jpg`)).rejects.toThrow(
      /remote images are not fetched.*allowRemoteImages/,
    );
    expect(requests).toBe(0);
  });

  it('is fetched, through redirects', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/a.jpg') response.writeHead(302, { location: '/b.jpg' }).end();
      else response.end(BYTES);
    });
    const bytes = await fetchImage(`http://images.example:${port}/a.jpg`, allowed);
    expect(Buffer.from(bytes)).toEqual(BYTES);
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://localhost:PORT/',
  ])('is not fetched from this machine as %s', async (url) => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests += 1;
      response.end(BYTES);
    });
    const source = url.replace('PORT', String(port));
    await expect(readImageFile(source, { allowRemoteImages: true })).rejects.toThrow(
      /no address of the public internet/,
    );
    expect(requests).toBe(0);
  });

  it.each([
    ['address', (port: number) => `http://127.0.0.2:${port}/b.jpg`],
    ['name', (port: number) => `http://private.example:${port}/b.jpg`],
    ['file', () => 'file:///etc/passwd'],
  ])('is not fetched where a redirect leads to a private %s', async (_, target) => {
    const paths: unknown[] = [];
    const port = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: target(port) }).end();
    });
    const lookup = toThisMachine((name) =>
      name === 'private.example' ? '192.168.0.1' : '127.0.0.1',
    );
    await expect(
      fetchImage(`http://images.example:${port}/a.jpg`, { ...allowed, lookup }),
    ).rejects.toThrow(/no address of the public internet|only http and https/);
    expect(paths).toEqual(['/a.jpg']);
  });

  it('is fetched from the address that was checked, although the name changes its address', async () => {
    const port = await serve((_, response) => response.end(BYTES));
    let lookups = 0;
    const lookup = toThisMachine(() => {
      lookups += 1;
      return lookups === 1 ? '127.0.0.1' : '192.168.0.1';
    });
    const url = `http://rebinding.example:${port}/a.jpg`;
    const bytes = await fetchImage(url, { ...allowed, lookup });
    expect(Buffer.from(bytes)).toEqual(BYTES);
    expect(lookups).toBe(1);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['is too large', (_, response) => response.end(Buffer.alloc(2000)), /more than 1000 bytes/],
    ['takes too long', () => {}, /took longer than 300 ms/],
    ['is missing', (_, response) => response.writeHead(404).end(), /status 404/],
    [
      'leads in circles',
      (_, response) => response.writeHead(302, { location: '/' }).end(),
      /more than 3 redirects/,
    ],
  ])('that %s is an error that says so', async (_, listener, message) => {
    const port = await serve(listener);
    const limits = { ...allowed, maxBytes: 1000, timeLimitMs: 300 };
    await expect(fetchImage(`http://images.example:${port}/`, limits)).rejects.toThrow(message);
  });
});

describe('a public address', () => {
  it.each(['93.184.216.34', '2606:2800:220:1::1'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1'],
    ...['64:ff9b::a00:1', '2002:a00:1::1', 'no address'],
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
