import { describe, expect, it } from 'vitest';
import { serverArguments } from '../../../src/judges/llama/server-arguments.ts';
import { serverSize } from '../../../src/judges/llama/server-size.ts';

const GIB = 2 ** 30;

describe('the size of a server', () => {
  it('holds two images of so many pixels, a token for 16 x 16 of them, and the text', () => {
    // 2 x 1024 + 1024 tokens.
    expect(serverSize(4, 512 * 512, { totalBytes: 64 * GIB, weightsBytes: 0 })).toEqual({
      slots: 4,
      contextTokens: 3072,
    });
  });

  it.each([1, 100, 65_536, 100_000, 262_144, 1_048_576])('of %d pixels is enough', (maxPixels) => {
    const { contextTokens } = serverSize(1, maxPixels, { totalBytes: 64 * GIB, weightsBytes: 0 });
    expect(contextTokens).toBeGreaterThanOrEqual(2 * Math.ceil(maxPixels / 256) + 1024);
    expect(contextTokens % 256).toBe(0);
  });

  it('has fewer slots where the memory does not hold them beside the weights, and always one', () => {
    // A slot of 3,072 tokens takes 0.375 GiB; of 8 GiB, 6 may be used, and the weights take 5.
    const slots = (totalGib: number, weightsGib: number) =>
      serverSize(4, 512 * 512, { totalBytes: totalGib * GIB, weightsBytes: weightsGib * GIB })
        .slots;
    expect(slots(8, 5)).toBe(2);
    expect(slots(8, 4)).toBe(4);
    expect(slots(8, 7)).toBe(1);
  });
});

describe("a server's arguments", () => {
  const size = { slots: 3, contextTokens: 3072 };
  const repository = { kind: 'repository', name: 'acme/Seer-GGUF:Q4_K_M' } as const;
  const file = { kind: 'file', path: '/my models/a.gguf', mmproj: '/my models/p.gguf' } as const;

  it('name a file and its vision part, a free port of this machine, and share the context out', () => {
    expect(serverArguments('a.gguf', file, size, 4321, {})).toEqual([
      ...['-m', '/my models/a.gguf', '--mmproj', '/my models/p.gguf'],
      ...['--alias', 'a.gguf', '--host', '127.0.0.1', '--port', '4321'],
      ...['-np', '3', '-c', '9216'],
    ]);
  });

  it.each([
    ['HF_HUB_OFFLINE', '1', true],
    ['HF_HUB_OFFLINE', 'TRUE', true],
    ['TRANSFORMERS_OFFLINE', 'yes', true],
    ['HF_HUB_OFFLINE', '0', false],
    ['HF_HUB_OFFLINE', '', false],
    ['HF_TOKEN', '1', false],
  ])('%s=%s keeps a repository off the network: %s', (variable, value, isOffline) => {
    const made = serverArguments('m', repository, size, 1, { [variable]: value });
    expect(made.slice(0, 2)).toEqual(['-hf', 'acme/Seer-GGUF:Q4_K_M']);
    expect(made.includes('--offline')).toBe(isOffline);
    expect(serverArguments('m', file, size, 1, { [variable]: value })).not.toContain('--offline');
  });
});
