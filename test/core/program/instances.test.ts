import { describe, expect, it } from 'vitest';
import { programOf } from '../../../scripts/lib/corpus/programs.js';

const classes = 300;

function componentFile(index: number): string {
  const resources = Array.from({ length: 4 }, (_, each) => `new aws.sqs.Queue(\`\${name}-${each}\`);`).join('\n    ');
  return `import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
export class Part${index} extends pulumi.ComponentResource {
  constructor(name: string) {
    super('app:part${index}', name);
    ${resources}
  }
}
`;
}

describe('a project of many components', () => {
  it('is read in one walk for the instances, not in one for each resource', () => {
    const names = Array.from({ length: classes }, (_, index) => `Part${index}`);
    const imports = names.map((name) => `import { ${name} } from './${name}';`).join('\n');
    const index = `${imports}\n${names.map((name) => `new ${name}('${name.toLowerCase()}');`).join('\n')}\n`;
    const files = names.map((name, position) => [`${name}.ts`, componentFile(position)] as const);
    const started = performance.now();
    const program = programOf(new Map([['index.ts', index], ...files]));
    expect(program?.resources.length).toBe(4 * classes);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
