/**
 * `npm run check:models`: models named in configurations and documents that the vendors' installed SDKs do not
 * name, no longer or not yet, that they call deprecated, or whose price the bundled list does not know under
 * that name. Exits with 1 where there is one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeOptionsSchema } from './src/judges/judge-options.ts';
import { priceOf } from './src/judges/price.ts';

type Vendor = 'openai' | 'anthropic' | 'google';

/** What a vendor's SDK says of models, in the files of its package. */
interface SdkNames {
  package: string;
  /** Declarations, and the unions of names in them. */
  declarations: { file: string; types: readonly string[] }[];
  /** A map from names to the day on which they end. */
  deprecated?: string;
}

const SDKS: Readonly<Record<Vendor, SdkNames>> = {
  openai: {
    package: 'openai',
    declarations: [{ file: 'resources/shared.d.ts', types: ['ChatModel', 'ResponsesModel'] }],
  },
  anthropic: {
    package: '@anthropic-ai/sdk',
    declarations: [{ file: 'resources/messages/messages.d.ts', types: ['Model'] }],
    deprecated: 'internal/data/deprecated-models.mjs',
  },
  google: {
    package: '@google/genai',
    declarations: [{ file: 'dist/genai.d.ts', types: ['Model_2'] }],
  },
};

/** A model that a file names. */
export interface NamedModel {
  file: string;
  /** From 1. */
  line: number;
  vendor: Vendor;
  model: string;
}

/** What an SDK knows. */
export interface KnownModels {
  names: ReadonlySet<string>;
  /** The day on which they end, as the SDK writes it. */
  deprecated: ReadonlyMap<string, string>;
}

/** Names in an SDK's declarations. @throws Error a type is not there, so that the SDK has changed its form */
export function namesInUnion(declarations: string, type: string): string[] {
  const union = new RegExp(`type ${type} = ([^;]+);`).exec(declarations)?.[1];
  const names = [...(union ?? '').matchAll(/['"]([\w.-]+)['"]/g)].map(([, name]) => name!);
  if (names.length === 0) {
    throw new Error(
      `the type ${type} with names of models is not where it was; mend check-models.ts`,
    );
  }
  return names;
}

/** Entries of a map in an SDK's code. */
export const deprecatedIn = (code: string): Map<string, string> =>
  new Map(
    [...code.matchAll(/['"]([\w.-]+)['"]: ['"]([^'"]+)['"]/g)].map(([, name, day]) => [
      name!,
      day!,
    ]),
  );

const FAMILIES: readonly [RegExp, Vendor][] = [
  [/^(gpt-\d|chatgpt-|o\d)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'google'],
];

/** Judges that a text names, in force or in a comment, of the vendors whose SDKs name their models. */
export function modelsIn(text: string, file: string): NamedModel[] {
  return text.split('\n').flatMap((words, index) =>
    [...words.matchAll(/\b(openai|anthropic|google):([\w./:-]*\w)/g)].flatMap(([, , path]) => {
      const model = path!.split(/[/:]/).at(-1)!;
      const vendor = FAMILIES.find(([name]) => name.test(model))?.[1];
      return vendor ? [{ file, line: index + 1, vendor, model }] : [];
    }),
  );
}

/** @returns what is wrong with each model, a line each */
export function problemsOf(
  models: readonly NamedModel[],
  known: Readonly<Record<Vendor, KnownModels>>,
  pricedAs: (vendor: Vendor, model: string) => string | undefined,
): string[] {
  return models.flatMap(({ file, line, vendor, model }) => {
    const { names, deprecated } = known[vendor];
    const end = deprecated.get(model);
    const price = pricedAs(vendor, model);
    const at = `${file}:${line}: ${model}`;
    return [
      ...(names.has(model) ? [] : [`${at} is not named by the SDK ${SDKS[vendor].package}`]),
      ...(end === undefined ? [] : [`${at} ends on ${end}`]),
      ...(price === undefined ? [`${at} has no known price`] : []),
    ];
  });
}

/** What the installed SDK of a vendor says. */
export function installedModels(vendor: Vendor, root = import.meta.dirname): KnownModels {
  const { package: name, declarations, deprecated } = SDKS[vendor];
  const read = (file: string) => readFileSync(join(root, 'node_modules', name, file), 'utf8');
  return {
    names: new Set(
      declarations.flatMap(({ file, types }) => {
        const text = read(file);
        return types.flatMap((type) => namesInUnion(text, type));
      }),
    ),
    deprecated: deprecated === undefined ? new Map() : deprecatedIn(read(deprecated)),
  };
}

/** Configurations, and what shows users a model to write into theirs. */
export function modelsNamedHere(root = import.meta.dirname): NamedModel[] {
  const inFolder = (folder: string, end: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(end))
      .map((name) => join(folder, name));
  const files = [
    ...['promptfooconfig.yaml', 'README.md', 'cli/init/config-text.ts'],
    ...inFolder('configs', '.yaml'),
    ...inFolder('docs', '.md'),
    ...inFolder('bench', '.ts'),
  ];
  return files.flatMap((file) => modelsIn(readFileSync(join(root, file), 'utf8'), file));
}

const options = judgeOptionsSchema.parse({});

export const pricedAs = (vendor: Vendor, model: string): string | undefined =>
  priceOf({ id: `${vendor}:${model}` }, options).source;

if (import.meta.main) {
  const models = modelsNamedHere();
  const known = {
    openai: installedModels('openai'),
    anthropic: installedModels('anthropic'),
    google: installedModels('google'),
  };
  const problems = problemsOf(models, known, pricedAs);
  for (const problem of problems) console.log(problem);
  const names = new Set(models.map(({ model }) => model));
  console.log(`${names.size} models named in ${models.length} places, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}
