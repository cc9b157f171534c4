import { beforeAll, describe, expect, it } from 'vitest';
import { added, diagnosticsOf } from './diagnostics.js';
import { changedPrograms, majors } from './programs.js';

const programs = changedPrograms();

describe.each(majors)('@pulumi/aws %i', (major) => {
  const mine = programs.filter((program) => program.majors.includes(major));
  const probes = new Map([
    [
      'right',
      `import * as aws from '@pulumi/aws';\nexport const queue = new aws.sqs.Queue('queue', { fifoQueue: true });\n`,
    ],
    ['wrong', `import { sqs } from '@pulumi/aws';\nexport const queue = new sqs.Queue('queue', { fifo: 'yes' });\n`],
  ]);
  let found: ReadonlyMap<string, readonly string[]> = new Map();

  beforeAll(() => {
    const texts = mine.flatMap(({ name, before, after }) => [
      [`${name}.input`, before] as const,
      [`${name}.output`, after] as const,
    ]);
    found = diagnosticsOf(new Map([...probes, ...texts]), major);
  });

  it('is what the compiler reads', () => {
    expect(found.get('right')).toEqual([]);
    expect(found.get('wrong')).toEqual([expect.stringMatching(/^TS2353: .*'fifo' does not exist in type 'QueueArgs'/)]);
  });

  it.each(mine.map(({ name }) => name))('%s has no diagnostic that its input lacks', (name) => {
    expect(added(found.get(`${name}.input`) ?? [], found.get(`${name}.output`) ?? [])).toEqual([]);
  });
});
