import { digest } from '../answers/store.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import type { Judge } from '../judges/judge.ts';
import type { UploadRecords } from '../judges/upload-once.ts';
import type { BatchRecords } from './batch-records.ts';

/** Most vendors keep an upload for a week, and a batch may take a day. */
const UPLOAD_REUSED_MS = 5 * 24 * 3_600_000;

/**
 * Uploads to a judge's vendor as the answer store's file keeps them, for batches and single questions, of
 * this run and of later ones. Every model of a vendor can look at them.
 */
export function uploadRecords(
  records: Pick<BatchRecords, 'path' | 'upload' | 'keepUpload'>,
  { access, id, batch }: Pick<Judge, 'access' | 'id' | 'batch'>,
): UploadRecords {
  const place = access ? [access.endpoint, access.keyVariable ?? null] : [id];
  const keyOf = ({ sha256, encoding }: JudgeImage) =>
    digest(['upload', ...place, sha256, encoding]);
  return {
    nameOf: (image) => `${records.path} ${Buffer.from(keyOf(image)).toString('hex')}`,
    find: (image) =>
      records.upload(keyOf(image), Date.now() - (batch?.uploadReusedMs ?? UPLOAD_REUSED_MS)),
    keep: (image, fileId) => records.keepUpload(keyOf(image), fileId),
  };
}
