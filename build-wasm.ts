import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

/** `npm run wasm`: compiles the degradations' AssemblyScript. The binary is part of the repository. */

const FOLDER = join(import.meta.dirname, 'src/wasm');

export const KERNELS = join(FOLDER, 'kernels.wasm');

/** @throws Error what the compiler has to say */
export async function compileKernels(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--baseDir', join(FOLDER, 'assembly')],
      ...['--outFile', 'kernels.wasm', '--runtime', 'stub', '--enable', 'simd'],
      ...['-O3', '--converge', '--noAssert'],
    ],
    {
      writeFile: (_, contents) => {
        binary = contents as Uint8Array;
      },
    },
  );
  if (error || !binary) throw new Error(`the kernels do not compile: ${stderr}`, { cause: error });
  return binary;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const before = readFileSync(KERNELS, { flag: 'a+' });
  const after = await compileKernels();
  writeFileSync(KERNELS, after);
  console.log(
    `${KERNELS}: ${after.length} bytes, ${before.equals(after) ? 'unchanged' : 'changed'}`,
  );
}
