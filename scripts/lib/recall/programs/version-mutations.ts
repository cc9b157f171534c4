import type { Cut } from './grant-mutations.js';
import { type Found, type Replacement, withoutElement } from './mutation.js';
import { Removal } from './removal.js';
import { argsOf, classOf, endOf, keyOf, nodesOf, propertyOf, startOf } from './source.js';

const latest = "'$LATEST'";

/** What makes provisioned concurrency stand on no published version, one at a time. Whether it does is judged elsewhere. */
export function* versionCuts(file: string, text: string): Generator<Cut> {
  if (!text.includes('ProvisionedConcurrencyConfig')) return;
  const found = nodesOf(file, text);
  const removal = new Removal(text, found);
  for (const each of found) {
    const args = argsOf(each.node);
    switch (classOf(each.node)) {
      case 'ProvisionedConcurrencyConfig':
        yield* replacing('qualifier', propertyOf(args, 'qualifier')?.value);
        break;
      case 'Alias':
        yield* replacing('alias of latest', propertyOf(args, 'functionVersion')?.value);
        yield* withoutAlias(each, removal);
        break;
      case 'Function':
        yield* withoutPublish(propertyOf(args, 'publish'), text);
        break;
      default:
    }
  }
}

function* replacing(kind: 'qualifier' | 'alias of latest', value: Found['node'] | undefined): Generator<Cut> {
  if (value)
    yield { kind, at: startOf(value), replacements: [{ start: startOf(value), end: endOf(value), text: latest }] };
}

function* withoutAlias(alias: Found, removal: Removal): Generator<Cut> {
  const replacements = removal.of(alias, qualifierOf);
  if (replacements) yield { kind: 'no alias', at: startOf(alias.node), replacements };
}

/** `qualifier: alias.name`, seen from the name of the alias. */
function qualifierOf({ above }: Found): Replacement | undefined {
  const [property, member] = [above.at(-2), above.at(-1)];
  return property && member?.type === 'MemberExpression' && keyOf(property) === 'qualifier'
    ? { start: startOf(member), end: endOf(member), text: latest }
    : undefined;
}

function* withoutPublish(publish: ReturnType<typeof propertyOf>, text: string): Generator<Cut> {
  if (publish?.value.type !== 'BooleanLiteral' || !publish.value.value) return;
  const replacements = [withoutElement(text, startOf(publish), endOf(publish))];
  yield { kind: 'unpublished', at: startOf(publish), replacements };
}
