/** The package has no types of its own. */
declare module 'mistral-tokenizer-js' {
  const tokenizer: {
    vocabById: string[];
    encode(text: string, withBos?: boolean, withSpace?: boolean): number[];
  };
  export default tokenizer;
}
