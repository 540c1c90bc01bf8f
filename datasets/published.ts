import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import agiqa3k from './agiqa-3k.ts';
import biq2021 from './biq2021.ts';
import csiq from './csiq.ts';
import kadid10k from './kadid-10k.ts';
import koniq10k from './koniq-10k.ts';
import liveChallenge from './live-challenge.ts';
import liveRelease2 from './live-release-2.ts';
import pipal from './pipal.ts';
import spaq from './spaq.ts';
import tid2013 from './tid2013.ts';

/** Data sets that others publish, by their files' names. */
export const publishedLoaders = {
  'agiqa-3k': agiqa3k,
  biq2021,
  csiq,
  'kadid-10k': kadid10k,
  'koniq-10k': koniq10k,
  'live-challenge': liveChallenge,
  'live-release-2': liveRelease2,
  pipal,
  spaq,
  tid2013,
} as const;

export const publishedDatasets: readonly PublishedDataset[] = Object.values(publishedLoaders).map(
  ({ published }) => published,
);
