import { beforeAll, describe, expect, it } from 'vitest';
import { added, diagnosticsOf } from './diagnostics.js';
import { changedPrograms, majors } from './programs.js';

const programs = changedPrograms();

/** Outputs in which a fix leaves a name unused: a shortcoming of the transforms, each to be taken out of here when it is mended. */
const leftUnused: ReadonlyMap<string, string> = new Map([
  ['apigateway-integration-uri/openapi-body', 'gatewayRole'],
  ['lambda-provisioned-unpublished/program-existing-alias', 'qualifier'],
  ['lambda-reserved-concurrency/branch-program', 'isProduction'],
  ['lambda-reserved-concurrency/flat-caps', 'share'],
]);

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

  it.each(mine.map(({ name }) => name))('%s has no diagnostic that its input lacks, but for those listed', (name) => {
    const unused = leftUnused.get(name);
    const known = unused === undefined ? [] : [`TS6133: '${unused}' is declared but its value is never read.`];
    expect(added(found.get(`${name}.input`) ?? [], found.get(`${name}.output`) ?? [])).toEqual(known);
  });
});
