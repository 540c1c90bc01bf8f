/**
 * Stands in for an image generator: promptfoo's provider that answers each prompt with a picture of the sample set.
 * `config.distortion` (pristine, gaussian_blur, ...) says which version of a photograph it answers with, the strongest
 * where there are several, so that entries with different ones are generators of different quality. `config.folder` has
 * the pictures; without it the sample set of this checkout is taken, and made where it is not there. Nothing is generated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export default class SampleGenerator {
  constructor({ id = 'sample generator', config = {} } = {}) {
    this.name = id;
    this.config = { distortion: 'pristine', ...config };
  }

  id() {
    return this.name;
  }

  async callApi(prompt) {
    const { folder = await sampleFolder(), distortion } = this.config;
    const names = readdirSync(folder).sort();
    const photographs = names.flatMap((name) => /^(.+)-pristine\.png$/.exec(name)?.[1] ?? []);
    const photograph = chosen(prompt, photographs);
    const name = names.findLast((name) => name.startsWith(`${photograph}-${distortion}`));
    if (!name) {
      return { error: `${folder} holds no sample picture "${distortion}"` };
    }
    const data = readFileSync(join(folder, name)).toString('base64');
    return { output: `data:image/png;base64,${data}` };
  }
}

let made;

/** The sample set's pictures. All rows wait for one making of it. */
async function sampleFolder() {
  const { makeSample, SAMPLE_FOLDER } = await import('../src/datasets/sample/make.ts');
  made ??= makeSample();
  await made;
  return join(SAMPLE_FOLDER, 'images');
}

/** The photograph whose name shares a word with the prompt, else any: the same prompt gets the same one from every entry. */
function chosen(prompt, photographs) {
  const words = prompt.toLowerCase().split(/[^a-z]+/);
  const named = photographs.find((name) => name.split('-').some((part) => words.includes(part)));
  const number = [...prompt].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
  return named ?? photographs[number % photographs.length];
}
