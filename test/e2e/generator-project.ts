import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import { checkout, createProject, OWN_HOOKS, type Project } from './promptfoo.ts';

/** How much each made-up generator blurs. */
export const BLUR: Readonly<Record<string, number>> = { sharp: 0.3, soft: 1.5, blurred: 4 };

export const SUBJECTS = ['boat', 'house', 'hill', 'lake', 'road', 'tree', 'wall'];

/** Answers a prompt with the picture of its subject; what its folder lacks is an error, or a text. */
const GENERATOR = `
import { readFileSync, existsSync } from 'node:fs';
export default class Generator {
  constructor({ config }) { this.name = config.name; }
  id() { return 'generator ' + this.name; }
  async callApi(prompt) {
    const subject = prompt.split(' ').at(-1);
    const file = 'pictures/' + this.name + '-' + subject;
    if (existsSync(file + '.txt')) return { output: readFileSync(file + '.txt', 'utf8') };
    if (!existsSync(file + '.png')) return { error: 'content policy' };
    return { output: 'data:image/png;base64,' + readFileSync(file + '.png').toString('base64') };
  }
}
`;

export const pictureFile = (generator: string, subject: string): string =>
  `pictures/${generator}-${subject}.png`;

/**
 * A project with generators that answer with blurred pictures, rated by the assertions given, all but the first in an
 * `assert-set`.
 *
 * @param assertions configurations of `image-quality`
 * @param lacking pictures that are not there: `soft-lake`
 */
export async function createGeneratorProject(
  assertions: readonly object[],
  lacking: readonly string[] = [],
): Promise<Project> {
  const project = await createProject({
    providers: Object.keys(BLUR).map((name) => ({
      ...{ id: 'file://generator.mjs', label: name },
      config: { name },
    })),
    prompts: ['A picture of a {{subject}}'],
    tests: SUBJECTS.map((subject) => ({ vars: { subject } })),
    defaultTest: {
      assert: assertions.map((config, index) => {
        const value = checkout('assertions/image-quality.ts');
        const assertion = { type: 'javascript', value, config };
        return index === 0 ? assertion : { type: 'assert-set', assert: [assertion] };
      }),
    },
    extensions: OWN_HOOKS,
  });
  await project.write('generator.mjs', GENERATOR);
  for (const [name, sigma] of Object.entries(BLUR)) {
    for (const [index, subject] of SUBJECTS.entries()) {
      if (lacking.includes(`${name}-${subject}`)) continue;
      const image = rawInput(picture(80 + index, 64)).blur(sigma + index / 20);
      await project.write(pictureFile(name, subject), await image.png().toBuffer());
    }
  }
  return project;
}
