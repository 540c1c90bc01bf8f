import type { AnswerStore } from '../../answers/store.ts';
import { versions } from '../../common/versions.ts';
import { type RenderPlot, renderSvg, vegaConfig } from './render-svg.ts';

/**
 * Plots that are drawn once: one that the store has is not drawn again, and the plotting library, which
 * takes longer to load than 100 rows from the store, is not loaded for it.
 *
 * @param store undefined: every plot is drawn
 */
export function keptPlots(
  store: Pick<AnswerStore, 'plot' | 'keepPlot'> | undefined,
  draw: RenderPlot = renderSvg,
): RenderPlot {
  if (!store) return draw;
  return async (spec, theme) => {
    const recipe = ['plot', spec, vegaConfig(theme), versions['promptfoo-iqa']];
    const kept = store.plot(recipe);
    if (kept !== undefined) return kept;
    const svg = await draw(spec, theme);
    await store.keepPlot(recipe, svg);
    return svg;
  };
}
