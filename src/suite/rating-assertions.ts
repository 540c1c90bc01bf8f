import type { TestSuite } from 'promptfoo';
import { canonical } from '../common/canonical.ts';
import { assertionsIn } from '../harness/suite.ts';
import { isImageQuality } from './own-assertions.ts';

/** The configurations of a suite's `image-quality`, each once, those in an `assert-set` too. */
export function ratingConfigs({ defaultTest, tests = [] }: TestSuite): unknown[] {
  const shared = typeof defaultTest === 'object' ? (defaultTest.assert ?? []) : [];
  const configs = [...shared, ...tests.flatMap(({ assert }) => assert ?? [])]
    .flatMap(assertionsIn)
    .filter(isImageQuality)
    .map(({ config }) => config ?? {});
  return [...new Map(configs.map((config) => [canonical(config), config])).values()];
}
