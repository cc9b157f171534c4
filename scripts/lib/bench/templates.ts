import { MapNode, toValue } from '../../../core/template/node.js';
import { parseYaml } from '../../../core/template/parse-yaml.js';
import type { Syntax } from '../../../core/template/template.js';
import { pieces } from './pieces.js';

export interface Generated {
  readonly path: string;
  readonly text: string;
}

export interface Kind {
  readonly syntax: Syntax;
  /** False where each template holds something that AWS rejects and that a fix mends. */
  readonly right: boolean;
}

const names = ['Orders', 'Payments', 'Invoices', 'Stock', 'Returns', 'Mail', 'Search', 'Audit'];

const head = `AWSTemplateFormatVersion: '2010-09-09'
Description: Services of one team, generated to measure with

Parameters:
  EnvironmentSuffix:
    Type: String
    Default: dev
    AllowedPattern: ^[a-z0-9-]+$
  Version:
    Type: String
  ArtifactBucket:
    Type: String

Conditions:
  IsProduction: !Equals [!Ref EnvironmentSuffix, prod]

Resources:`;

/** Templates of one to three services each (2 to 11 KB), the same in every run. */
export function templatesOf(kind: Kind, count: number): readonly Generated[] {
  return Array.from({ length: count }, (_, index) => templateOf(kind, index, 1 + (index % 3)));
}

/** One template of at least so many code units. */
export function largeTemplate(kind: Kind, length: number): Generated {
  for (let services = 1; ; services++) {
    const template = templateOf(kind, 0, services);
    if (template.text.length >= length) return template;
  }
}

function templateOf({ syntax, right }: Kind, index: number, services: number): Generated {
  const yaml = yamlOf(index, services, right);
  return syntax === 'yaml'
    ? { path: `stack-${index}.yaml`, text: yaml }
    : { path: `stack-${index}.json`, text: jsonOf(yaml) };
}

/** A single service is wrong, so that files with findings are as realistic as those without. */
function yamlOf(index: number, services: number, right: boolean): string {
  const texts = Array.from({ length: services }, (_, at) => {
    const piece = pieces[(index + at) % pieces.length];
    const name = `${names[(index * 7 + at) % names.length]}${at < names.length ? '' : at}`;
    return piece?.(name, right || at > 0) ?? '';
  });
  return `${head}${texts.join('')}`;
}

function jsonOf(yaml: string): string {
  const root = parseYaml(yaml);
  if (!(root instanceof MapNode)) throw new TypeError('a generated template is no map');
  return `${JSON.stringify(toValue(root), undefined, 2)}\n`;
}
