import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { stringify } from 'yaml';
import { projectConfig } from '../../test/e2e/promptfoo.ts';
import { photographLike } from '../photograph-like.ts';

/** A folder with photographs of one size and two configurations over them: the plugin's and promptfoo's echo. */
export interface BenchProject {
  folder: string;
  files: string[];
  /** Writes plugin.yaml; `provider` is merged into the provider's configuration. */
  configure(server: string, provider?: object): Promise<void>;
}

export async function createBenchProject(
  width: number,
  height: number,
  count: number,
): Promise<BenchProject> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-pipeline-'));
  await mkdir(join(folder, 'set/images'), { recursive: true });
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const { data } = photographLike(width, height, index + 1);
    const file = join(folder, `set/images/${index}.jpg`);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(file);
    files.push(file);
  }
  const rows = files.map((_, index) => `images/${index}.jpg,${index % 10}`);
  await writeFile(join(folder, 'set/scores.csv'), ['file,score', ...rows, ''].join('\n'));
  const { tests } = projectConfig({ datasets: ['set'] }) as { tests: unknown };
  await writeFile(
    join(folder, 'echo.yaml'),
    stringify({ providers: ['echo'], prompts: ['{{image}}'], tests }),
  );
  return {
    folder,
    files,
    async configure(server, provider = {}) {
      const config = projectConfig({
        datasets: ['set'],
        prompts: ['qdebias'],
        provider: {
          judge: 'openai:bench',
          // The bench's server answers both questions in one.
          judgeOptions: { baseUrl: server, maxConcurrency: 64, minCoveredMass: 0.4 },
          ...provider,
        },
      });
      await writeFile(join(folder, 'plugin.yaml'), stringify(config));
    },
  };
}
