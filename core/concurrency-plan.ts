/** How the reserved concurrency of what is deployed together fits one account; all figures in executions. */
export interface ConcurrencyPlan {
  readonly account: AccountBudget;
  /** How a budget that is too small is shared, by the name of the option. */
  readonly share: string;
  readonly functions: readonly PlannedFunction[];
  /** Sums in the worst combination of conditions. */
  readonly requested: number;
  readonly proposed: number;
}

/** Where a budget comes from: what is unreserved and what the functions hold already, less what has to stay free. */
export interface AccountBudget {
  /** Where the figures come from. */
  readonly source: string;
  /** True where no figures are known, and these are those of an account with the default quota. */
  readonly isAssumed: boolean;
  readonly limit: number;
  readonly unreserved: number;
  /** What these functions have reserved now, which Lambda gives back before it checks. */
  readonly held: number;
  readonly minimumUnreserved: number;
  readonly headroom: number;
  readonly budget: number;
  /** What other accounts could give, to which the sources go too. */
  readonly others: readonly { readonly source: string; readonly budget: number }[];
}

/** Why a plan proposes a figure, or none. */
export type PlanReason = 'kept' | 'cap' | 'load' | 'share' | 'removed' | 'refused' | 'disabled' | 'lock' | 'open';

export interface PlannedFunction {
  readonly file: string;
  /** Logical id, or the name in a program. */
  readonly function: string;
  /** Undefined where only the deployment tells. */
  readonly requested: number | undefined;
  /** What the account's figures say that it holds now. */
  readonly current: number | undefined;
  /** What it cannot go below. */
  readonly floor: number;
  /** Undefined for no reservation. */
  readonly proposed: number | undefined;
  readonly reason: PlanReason;
  /** The reason for people. */
  readonly why: string;
}
