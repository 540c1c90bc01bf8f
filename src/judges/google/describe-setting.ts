import type { MediaResolution } from './media-resolution.ts';
import { type GooglePlace, isGoogle } from './place.ts';
import type { Thinking } from './thinking.ts';

/** Where a model is asked and what it is told beside the question, for `check` to say. */
export function describeSetting(
  { vertex, endpoint }: GooglePlace,
  { effort }: Thinking,
  mediaResolution: MediaResolution,
): string {
  // Its own address says no more than its location.
  const elsewhere = isGoogle(endpoint) ? '' : `, at ${endpoint}`;
  const place = vertex
    ? `Vertex AI (project ${vertex.project}, location ${vertex.location}${elsewhere})`
    : `AI Studio (${endpoint})`;
  const thinks =
    effort === undefined ? 'it is not told how much to think' : `it is told to think: ${effort}`;
  return `${place}; ${thinks}; it is told to see images at: ${mediaResolution}`;
}
