/**
 * What is sent about an image, in bytes: `node bench/sent-bytes.ts <folder of images> [count]`. Each of the
 * first `count` images (100) and its four degraded copies is encoded in every format as it is sent; printed
 * are the means, beside the raw pixels, and the bytes of the eight requests of the debiased method as lines
 * of OpenAI's batch files: through Chat Completions, where every request holds its two images, and through
 * Responses, where each image is uploaded once and requests name it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { plainTable } from '../src/common/plain-table.ts';
import type { EncodedImage } from '../src/images/encode.ts';
import { readImageFile } from '../src/images/image-file.ts';
import { createJudgeImage, type JudgeImage } from '../src/images/judge-image.ts';
import { judgeOptionsSchema } from '../src/judges/judge-options.ts';
import { createOpenaiJudge } from '../src/judges/openai.ts';
import type { Question } from '../src/judges/question.ts';
import { conditionSeed } from '../src/method/condition-seed.ts';
import { PAPER_CONDITIONS } from '../src/method/config.ts';
import { decode, degradeAndView, encode } from '../src/method/pixel-worker.ts';

const FORMATS = ['png', 'webp-lossless', 'jpeg'] as const;

/** As a vendor writes it. */
const FILE_ID = 'file-0123456789abcdefghijkl';
/** As this package writes it. */
const CUSTOM_ID = 'iqa-01234567-000000';

const [folder, count = '100'] = process.argv.slice(2);
if (!folder) throw new Error('name a folder of images');
const files = readdirSync(folder)
  .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
  .slice(0, Number(count));
if (files.length === 0) throw new Error(`${folder}: there is no JPEG, PNG or WebP file in it`);

const askingBy = (api: 'chat' | 'responses') => {
  const { batch } = createOpenaiJudge('gpt-4.1', judgeOptionsSchema.parse({ api }));
  if (!batch) throw new Error('OpenAI has a batch engine');
  return batch;
};
const apis = { chat: askingBy('chat'), responses: askingBy('responses') };

/** Bytes of a question's lines in a batch file. */
async function lineBytes(api: keyof typeof apis, question: Question): Promise<number> {
  const { engine, requests } = apis[api];
  const bodies = await requests(question, async () => FILE_ID);
  const lines = bodies.map(({ body }) => JSON.stringify(engine.line(CUSTOM_ID, body)));
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

/** The two questions of the paper about a copy and its original. */
const questionsAbout = (images: readonly JudgeImage[]): Question[] => {
  const shown = [{ image: 0 }, { image: 1 }];
  return [
    {
      kind: 'similarity',
      images,
      content: [...shown, { text: 'Do these two images describe the same object? Yes or no' }],
      choices: [
        { label: 'Yes', value: 1 },
        { label: 'No', value: 0 },
      ],
    },
    {
      kind: 'quality',
      images,
      content: [
        ...shown,
        {
          text: 'The visual quality of the first image is poor. How about the visual quality of the second image. Good or poor?',
        },
      ],
      choices: [
        { label: 'good', value: 1 },
        { label: 'poor', value: 0 },
      ],
    },
  ];
};

const sentImage = (role: JudgeImage['role'], encoded: EncodedImage): JudgeImage =>
  createJudgeImage(
    role,
    { sha256: '', width: 0, height: 0 },
    '',
    async () => ({ data: new Uint8Array(), width: 0, height: 0 }),
    async () => encoded,
  );

const WHOLE = [{ name: 'whole' }];

const totals = new Map(
  FORMATS.map((format) => [format, { query: 0, copies: 0, chat: 0, responses: 0 }]),
);
let pixels = 0;
for (const name of files) {
  const file = await readImageFile(join(folder, name));
  const image = await decode({ file, maxInputPixels: 64_000_000 });
  pixels += image.width * image.height;
  const copies = [];
  for (const { degradation, severity } of PAPER_CONDITIONS) {
    const seed = conditionSeed(0, image.sha256, degradation);
    const args = {
      image,
      degradation,
      severity,
      seed,
      size: image,
      views: WHOLE,
      withPicture: false,
    };
    copies.push((await degradeAndView(args)).views[0]!);
  }
  for (const [format, total] of totals) {
    const query = await encode({ image, format });
    total.query += query.bytes.length;
    for (const copy of copies) {
      const encoded = await encode({ image: copy, format });
      total.copies += encoded.bytes.length;
      const images = [sentImage('conditional', encoded), sentImage('query', query)];
      for (const question of questionsAbout(images)) {
        total.chat += await lineBytes('chat', question);
        total.responses += await lineBytes('responses', question);
      }
    }
  }
}

const kb = (bytes: number, digits = 0) => (bytes / files.length / 1000).toFixed(digits);
console.log(
  `${files.length} images, ${Math.round(pixels / files.length)} pixels in the mean; kB an image`,
);
console.log(
  plainTable(
    [
      ...['format', 'query', 'a copy', 'raw pixels', 'eight requests (chat)'],
      ...['five uploads', 'eight requests (responses)'],
    ],
    [...totals].map(([format, { query, copies, chat, responses }]) => [
      format,
      kb(query),
      kb(copies / PAPER_CONDITIONS.length),
      kb(pixels * 3),
      kb(chat),
      kb(query + copies),
      kb(responses, 1),
    ]),
  ),
);
