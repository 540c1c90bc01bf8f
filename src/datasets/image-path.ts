import { isAbsolute, relative, sep } from 'node:path';

/** Whether `path` is `folder` or lies in it, by their names: links are not followed. Both absolute. */
export function isInside(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}

/** Whether an image is named by an address on the web, from which it may be fetched. */
export const isRemote = (image: string): boolean => /^https?:\/\//i.test(image);

/** Whether the name of an image is no path: a remote image, or an address that is refused. */
export const isAddress = (image: string): boolean =>
  isRemote(image) || /^(ftp|s3|gs):\/\/|^data:/i.test(image);

/** What an address starts with. A file may be called so too. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** How rows name a file: from the working directory where it lies inside it, so that results look the same elsewhere. */
export function displayPath(path: string): string {
  if (isRemote(path)) return path;
  const folder = process.cwd();
  if (!isInside(folder, path)) return path;
  // Elsewhere than on Windows, a backslash is a part of the name.
  const steps = relative(folder, path).replaceAll(sep, '/');
  return SCHEME.test(steps) ? `./${steps}` : steps;
}
