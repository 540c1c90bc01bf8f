import type { Assertion } from 'promptfoo';

/**
 * An assertion as a failed result may name it, so that a person who reads JUnit sees why. promptfoo writes no
 * reasons into `-o x.junit.xml`, only the types of the assertions that failed; so the reason goes there as well.
 *
 * @param name of the assertion
 */
export const namedInJunit = (name: string, reason: string): Assertion => ({
  type: `${name}: ${reason}` as Assertion['type'],
});
