import { basename } from 'node:path';
import type { Command } from 'commander';
import { SEVERITIES } from '../../src/degradations/degradation.ts';
import { degradationNames } from '../../src/degradations/index.ts';
import {
  DEGRADATION_TILE,
  type DegradationSheet,
  PIXEL_RATIO,
  renderDegradationSheet,
} from '../../src/images/contact-sheet/index.ts';
import { readImageFile } from '../../src/images/image-file.ts';
import { isCropped } from '../../src/images/visible-part.ts';
import { conditionSeed } from '../../src/method/condition-seed.ts';
import { providerConfigSchema } from '../../src/method/config.ts';
import { NO_EFFECT_PSNR_DB } from '../../src/method/no-effect.ts';
import { createPixelPool, type PixelPool } from '../../src/method/pixel-pool.ts';
import type { HashedImage } from '../../src/method/pixel-worker.ts';
import { createProgress } from '../counter-line.ts';
import { example } from '../example.ts';
import { openPictureFile } from '../picture-file.ts';
import { seedOption } from '../seed-option.ts';

const defaults = providerConfigSchema.parse({ judge: 'statistical' });

export function addDegradationsCommand(program: Command): void {
  program
    .command('degradations')
    .summary('draw all degradations of an image as one sheet')
    .description(
      'Draws an image beside its degraded copies, a row a degradation and a column a severity, each with its PSNR. The copies are those that an evaluation with the same seed makes.',
    )
    .argument('<image>', 'image file: JPEG, PNG, WebP, TIFF, GIF, AVIF, BMP')
    .requiredOption('-o, --output <file>', 'sheet to write: .png, .webp or .jpg')
    .addOption(
      seedOption(
        defaults.seed,
        'seed of the random degradations, as in the provider configuration',
      ),
    )
    .option('--force', 'replace the output file where it exists', false)
    .addHelpText('after', example('degradations photo.jpg -o degradations.png --seed 7'))
    .action(async (source: string, { output, seed, force }: Options) => {
      const file = await openPictureFile(output, { force });
      const pool = createPixelPool();
      try {
        await file.write(await renderDegradationSheet(await degradeAll(source, seed, pool)));
      } finally {
        await pool.close();
      }
      process.stdout.write(`${file.path}\n`);
    });
}

interface Options {
  output: string;
  seed: number;
  force: boolean;
}

async function degradeAll(
  source: string,
  seed: number,
  pool: PixelPool,
): Promise<DegradationSheet> {
  const file = await readImageFile(source);
  const original = await pool.run('decode', {
    file,
    maxInputPixels: defaults.image.maxInputPixels,
  });
  const size = shownSize(original);
  const cropped = isCropped(original);
  const progress = createProgress('degraded copies', degradationNames.length * SEVERITIES.length);
  const degradeOne = async (degradation: string, severity: number) => {
    const copy = await pool.run('degradeAndView', {
      image: original,
      degradation,
      severity,
      seed: conditionSeed(seed, original.sha256, degradation),
      ...{ size, views: [{ name: 'whole' }] },
      withPicture: cropped,
    });
    progress.advance();
    return { severity, image: copy.picture ?? copy.views[0]!, psnrDb: copy.psnrDb };
  };
  try {
    return {
      title: `${basename(file.name)}   ${cropped ? 'middle of ' : ''}${original.width} × ${original.height}   seed ${seed}`,
      original: cropped
        ? await pool.run('picture', { image: original })
        : await pool.run('resize', { image: original, size }),
      noEffectPsnrDb: NO_EFFECT_PSNR_DB,
      rows: await Promise.all(
        degradationNames.map(async (degradation) => ({
          degradation,
          copies: await Promise.all(
            SEVERITIES.map((severity) => degradeOne(degradation, severity)),
          ),
        })),
      ),
    };
  } finally {
    progress.end();
  }
}

/** Size on the sheet, in device pixels, so that no copy is kept at full size. */
function shownSize({ width, height }: HashedImage): { width: number; height: number } {
  const scale = Math.min(
    1,
    (DEGRADATION_TILE.width * PIXEL_RATIO) / width,
    (DEGRADATION_TILE.maxHeight * PIXEL_RATIO) / height,
  );
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
