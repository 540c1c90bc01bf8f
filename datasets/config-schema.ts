import type { z } from 'zod';
import { csvConfigSchema } from './csv.ts';
import { folderConfigSchema } from './folder.ts';
import { type DatasetName, datasets } from './index.ts';
import { jsonConfigSchema } from './json.ts';
import { jsonlConfigSchema } from './jsonl.ts';
import { type PublishedLoader, publishedConfigSchema } from './published/published.ts';
import { pyiqaConfigSchema } from './pyiqa.ts';
import { qdebiasJsonConfigSchema } from './qdebias-json.ts';
import { sampleConfigSchema } from './sample.ts';

/** Formats that are no published data set. */
type OwnFormat = {
  [Name in DatasetName]: (typeof datasets)[Name] extends PublishedLoader ? never : Name;
}[DatasetName];

const ownSchemas: Record<OwnFormat, z.ZodObject> = {
  csv: csvConfigSchema,
  folder: folderConfigSchema,
  json: jsonConfigSchema,
  jsonl: jsonlConfigSchema,
  pyiqa: pyiqaConfigSchema,
  'qdebias-json': qdebiasJsonConfigSchema,
  sample: sampleConfigSchema,
};

/** The schema by which a data set's loader checks its configuration. */
export function configSchemaOf(name: DatasetName): z.ZodObject {
  const loader = datasets[name];
  return 'published' in loader
    ? publishedConfigSchema(loader.published)
    : ownSchemas[name as OwnFormat];
}
