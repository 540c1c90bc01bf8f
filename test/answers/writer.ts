import { openAnswerStore } from '../../src/answers/store.ts';

/** Keeps replies until it is killed, and says which are kept. */
const [path, name] = process.argv.slice(2);
const store = openAnswerStore(path);
for (let index = 0; ; index++) {
  const key = `${name} ${index}`;
  await store.keepReply({ key, judge: 'test', evaluation: undefined }, 'part', { index });
  process.send?.(key);
}
