import { createHash } from 'node:crypto';
import { renderContactSheet } from '../../../src/images/contact-sheet/index.ts';
import { sheetOf } from './sheets.ts';

/** Run as a process of its own, under other font settings: prints the hash of a sheet's bytes. */
const { bytes } = await renderContactSheet(sheetOf(4, { skipped: [2] }));
process.stdout.write(createHash('sha256').update(bytes).digest('hex'));
