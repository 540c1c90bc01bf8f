import { registerHooks } from 'node:module';

const PACKAGE = 'source-map-support';
const STAND_IN = 'data:text/javascript,export function install() {}';

let isAnswered = false;

/**
 * promptfoo tries to import the package `source-map-support` with every line for its debug log until one
 * try succeeds. It does not bring the package along, and looking for it in vain takes as long as a
 * third of a row from the answer store. Where it is not there, the next try, and no other, is given
 * one that does nothing.
 */
export function answerSourceMapSupport(): void {
  if (isAnswered) return;
  isAnswered = true;
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier !== PACKAGE) return nextResolve(specifier, context);
      hooks.deregister();
      try {
        return nextResolve(specifier, context);
      } catch {
        return { url: STAND_IN, shortCircuit: true };
      }
    },
  });
}
