import { integer } from '../page/format.ts';
import type { Entry } from '../report-schema.ts';

/** The label that the user gave, and what the vendor answered as, where that says more. */
export function modelOf({ provider, models }: Pick<Entry, 'provider' | 'models'>): string {
  const others = models.filter((model) => model !== provider && !provider.endsWith(`(${model})`));
  return others.length > 0 ? `${provider} (${others.join(', ')})` : provider;
}

export const imagesOf = ({
  images: { scored, total, anchors = 0 },
}: {
  images: { scored: number; total: number; anchors?: number };
}): string => {
  const correlated = scored - anchors;
  return correlated === total ? integer(total) : `${integer(correlated)} of ${integer(total)}`;
};
