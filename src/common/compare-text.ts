/** Orders texts by their code units: the same everywhere, whatever the language of the machine. For `sort`. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
