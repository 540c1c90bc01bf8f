/**
 * Keys in the metadata of a test and of an assertion's result by which this package knows its own again.
 * promptfoo hands metadata on as it is: from a data set's loader to every hook, provider and assertion, into
 * its database and into its outputs.
 */

/** Makes a test a correlation row; holds what it is over. */
export const CORRELATION_KEY = 'iqaCorrelation';

/** What a row's data set was read from, as its loader says. */
export const SOURCE_KEY = 'iqaSource';

/** What a data set says of the single ratings behind a row's MOS. */
export const RATINGS_KEY = 'iqaRatings';

/** By this a data set declares that it has no scores. */
export const UNSCORED_KEY = 'iqaUnscored';

/** By this a loader says that a test is a pair row: two images, and which of them people prefer. */
export const PAIR_KEY = 'iqaPair';

/** This row gets a thumbnail. */
export const PREVIEW_KEY = 'iqaPreview';

/** In the metadata of a `rank-correlation`'s result: makes it a gate's. */
export const GATE_KEY = 'iqaGate';

/** In the metadata of an `image-quality`'s result: the rating of a picture, or why there is none. */
export const QUALITY_KEY = 'iqaQuality';

interface WithMetadata {
  metadata?: Record<string, unknown> | undefined;
}

/** Whether a test is a correlation row, which the extension has appended. */
export const isCorrelationTest = ({ metadata }: WithMetadata): boolean =>
  metadata?.[CORRELATION_KEY] !== undefined;

/** Whether a test is about two images: as its loader says, or as the vars `first` and `second` do. */
export const isPairTest = ({
  metadata,
  vars,
}: WithMetadata & { vars?: Record<string, unknown> | undefined }): boolean =>
  metadata?.[PAIR_KEY] === true ||
  (vars?.first !== undefined && vars.second !== undefined && vars.image === undefined);

/** Whether a test's data set has no scores. */
export const isUnscoredTest = ({ metadata }: WithMetadata): boolean =>
  metadata?.[UNSCORED_KEY] === true;

/** Whether a key of a test's metadata is this package's or promptfoo's own, and no tag of the data set's. */
export const isOwnKey = (name: string): boolean => /^iqa[A-Z]/.test(name) || name.startsWith('_');
