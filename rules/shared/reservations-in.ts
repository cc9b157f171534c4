import type { Resource, Template } from '../../core/template/template.js';
import { functionTypes } from './function-types.js';
import { type Reservation, reservedProperty } from './reservation-fixes.js';

/** A reservation of which only the deployment tells how much it is. */
export interface OpenReservation {
  readonly fn: Resource;
  readonly because: string;
}

/** The reservations whose figure the template or program tells, branch by branch. */
export function reservationsIn(template: Template): Reservation[] {
  return template.resources(...functionTypes).flatMap((fn) => {
    const branches = template.alternatives(fn.property(reservedProperty));
    return branches.flatMap(({ node, guards }, index): Reservation[] => {
      const resolved = node ? template.resolve(node) : undefined;
      const value = resolved?.known === true ? Number(resolved.value) : Number.NaN;
      // In a program -1 stands for no reservation.
      if (!node || !resolved?.known || !Number.isInteger(value) || value < 0) return [];
      return [
        {
          fn,
          node,
          value,
          parameter: resolved.parameter,
          guards: [...fn.guards, ...guards],
          key: `${template.source.path}#${fn.id}#${index}`,
        },
      ];
    });
  });
}

/** Those whose figure is open, for a plan to say so. */
export function openReservationsIn(template: Template): OpenReservation[] {
  return template.resources(...functionTypes).flatMap((fn) =>
    template.alternatives(fn.property(reservedProperty)).flatMap(({ node }): OpenReservation[] => {
      const resolved = node && template.resolve(node);
      return resolved?.known === false ? [{ fn, because: resolved.because }] : [];
    }),
  );
}
