import { type ReservationMessage, unheldReservations } from '../rules/shared/reservations.js';
import { concurrencyPlan } from '../rules/shared/concurrency-plan.js';
import { definePulumiTransform } from '../core/rule.js';
import { type ReservedConcurrencyOptions, rule } from '../rules/lambda-reserved-concurrency.js';
import { asCodemod } from './shared/codemod.js';
import { reservedArgument } from './shared/reservation-places.js';
import { reservationsOf } from './shared/reservation-writer.js';

export const transform = definePulumiTransform<ReservationMessage, ReservedConcurrencyOptions>({
  rule,
  needles: [reservedArgument],
  *find(context) {
    yield* unheldReservations(reservationsOf(context), context.options, context);
  },
  planConcurrency(context) {
    return concurrencyPlan(reservationsOf(context), context.options, context);
  },
});

export const parser = 'ts';
export default asCodemod(transform);
