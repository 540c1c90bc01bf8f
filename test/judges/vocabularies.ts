import { closeSync, openSync, readSync } from 'node:fs';
import { Tiktoken } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import gpt2 from 'js-tiktoken/ranks/gpt2';
import o200k from 'js-tiktoken/ranks/o200k_base';
import llama2 from 'llama-tokenizer-js';
import llama3 from 'llama3-tokenizer-js';
import mistral from 'mistral-tokenizer-js';
import { tokenText } from '../../src/judges/reading/token-text.ts';

/** A vocabulary that models answer with. */
export interface Vocabulary {
  name: string;
  /** The tokens of a text, as text. */
  tokens(text: string): string[];
}

const tiktoken = (name: string, ranks: ConstructorParameters<typeof Tiktoken>[0]): Vocabulary => {
  const encoding = new Tiktoken(ranks);
  return {
    name,
    tokens: (text) => encoding.encode(text).map((id) => encoding.decode([id])),
  };
};

interface SentencePiece {
  vocabById: readonly string[];
  encode(text: string, withBos: boolean, withSpace: boolean): number[];
}

const sentencePiece = (name: string, tokenizer: SentencePiece): Vocabulary => ({
  name,
  tokens: (text) =>
    tokenizer.encode(text, false, false).map((id) => tokenText(tokenizer.vocabById[id] ?? '')),
});

/** Those that packages ship. */
export const shippedVocabularies = (): Vocabulary[] => [
  tiktoken('GPT-2', gpt2),
  tiktoken('GPT-4 (cl100k)', cl100k),
  tiktoken('GPT-4o, GPT-4.1, GPT-5 (o200k)', o200k),
  sentencePiece('Llama 2, LLaVA', llama2),
  sentencePiece('Mistral', mistral),
  {
    name: 'Llama 3',
    tokens: (text) =>
      llama3.encode(text, { bos: false, eos: false }).map((id: number) => llama3.decode([id])),
  },
];

/** The vocabulary of a GGUF file whose tokenizer is byte-level byte-pair encoding, as Qwen's is. */
export function ggufVocabulary(name: string, path: string): Vocabulary {
  const { merges } = ggufLists(path, 'tokenizer.ggml.merges');
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]));
  const toBytes = byteCharacters();
  return {
    name,
    tokens: (text) =>
      // As Qwen2 and GPT-2 split words of letters: each with the space before it.
      (text.match(/ ?\p{L}+|\s+|[^\s\p{L}]+/gu) ?? []).flatMap((word) =>
        merged(
          [...Buffer.from(word)].map((byte) => toBytes[byte]!),
          ranks,
        ).map(tokenText),
      ),
  };
}

function merged(pieces: string[], ranks: ReadonlyMap<string, number>): string[] {
  for (;;) {
    const pairs = pieces.slice(1).map((piece, i) => ranks.get(`${pieces[i]} ${piece}`) ?? Infinity);
    const best = Math.min(...pairs);
    if (best === Infinity) return pieces;
    const at = pairs.indexOf(best);
    pieces = [...pieces.slice(0, at), `${pieces[at]}${pieces[at + 1]}`, ...pieces.slice(at + 2)];
  }
}

/** https://github.com/openai/gpt-2/blob/master/src/encoder.py, `bytes_to_unicode`. */
function byteCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte < 0xad) || byte > 0xad;
    return String.fromCodePoint(isPrintable ? byte : next++);
  });
}

/** Sizes of a GGUF file's values by their type; 8 is a text, 9 a list. */
const SIZES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: lists of texts in a file's head. */
function ggufLists(path: string, wanted: string): { merges: string[] } {
  const head = Buffer.alloc(4_000_000);
  const file = openSync(path, 'r');
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  let at = 0;
  const take = (bytes: number): Buffer => {
    at += bytes;
    return head.subarray(at - bytes, at);
  };
  const uint32 = () => take(4).readUInt32LE();
  const uint64 = () => Number(take(8).readBigUInt64LE());
  const text = () => take(uint64()).toString('utf8');
  const value = (type: number): unknown => {
    if (type === 8) return text();
    if (type !== 9) {
      take(SIZES[type]!);
      return undefined;
    }
    const item = uint32();
    return Array.from({ length: uint64() }, () => value(item));
  };
  // Magic number, version and number of tensors.
  take(16);
  for (let left = uint64(); left > 0; left--) {
    const key = text();
    const found = value(uint32());
    if (key === wanted) return { merges: found as string[] };
  }
  throw new Error(`${path} has no ${wanted}`);
}
