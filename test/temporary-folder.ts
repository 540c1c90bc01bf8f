import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/**
 * Runs before each file of tests: its temporary folders lie in one of its own. So what lies about in the
 * machine's, or what another file writes meanwhile, is never beside the images of a test, where a search for
 * images that are missing looks too.
 */
process.env.TMPDIR = mkdtempSync(join(inject('testFolder'), 'file-'));
