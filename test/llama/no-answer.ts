/**
 * What is said of a reply that is no answer. The tiny model's weights are random: it may draw the end of its reply,
 * once more the word or digit that it was begun with, or words that go on with another one, and a processor's rounding
 * moves what it says.
 */
export const NO_ANSWER =
  /the reply is empty|ended at the token limit|together is none of the answers|number is none of|names several of|begins like one of|of the token probability lies on|no token stands for the choice|do not belong to the answer/;
