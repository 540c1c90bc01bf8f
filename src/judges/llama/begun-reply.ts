import { z } from 'zod';

const templateSchema = z.object({ prompt: z.string() });

const BEGUN = 'The quality of the image is';
const REPLY_MS = 10_000;

/**
 * Whether a server goes on with a reply that is begun for the model. It shows the prompt that it would
 * make of a conversation, which then ends with what was begun.
 *
 * @returns undefined where it does not show the prompt
 */
export async function continuesBegunReply(
  endpoint: string,
  key: string,
): Promise<boolean | undefined> {
  try {
    const reply = await fetch(endpoint.replace(/\/v1$/, '/apply-template'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        messages: [
          { role: 'user', content: 'Good or poor?' },
          { role: 'assistant', content: BEGUN },
        ],
      }),
      signal: AbortSignal.timeout(REPLY_MS),
    });
    if (!reply.ok) return undefined;
    return templateSchema
      .parse(await reply.json())
      .prompt.trimEnd()
      .endsWith(BEGUN);
  } catch {
    return undefined;
  }
}
