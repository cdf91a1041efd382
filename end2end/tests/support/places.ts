// Where the things of the demo's catalog are.

/** The page of an asset: its URN without `urn:loggia:asset:`, as one segment of the path. */
export function asset(rest: string, tab = ''): string {
  const path = `/assets/${encodeURIComponent(rest).replace(/%3A/g, ':').replace(/%3B/g, ';')}`;
  return tab ? `${path}?tab=${tab}` : path;
}

export const churnPredictions = 'file://banco-guarani;customer_360/churn_predictions';
export const pilotAccounts = 'file://banco-guarani;customer_360/accounts';
export const transactions = 'file://banco-guarani;customer_360/transactions';
export const customers = 'postgres://core.guarani.example:5432;core.public.customers';

/** Every kind of page, with every tab. */
export const pages: [name: string, path: string][] = [
  ['home', '/'],
  ['search', '/search?q=customer+churn'],
  ['search, narrowed twice', '/search?q=customer&domain=banco-guarani&kind=table'],
  ['search, everything, its second page', '/search?page=2'],
  ['search, nothing found', '/search?q=zzqqxxkkww'],
  ['browse', '/browse'],
  ['asset', asset(churnPredictions)],
  ['asset, with a long description', asset(pilotAccounts)],
  ['asset, columns', asset(churnPredictions, 'columns')],
  ['asset, one column', asset(churnPredictions, 'columns&column=churn_probability')],
  ['asset, preview', asset(pilotAccounts, 'preview')],
  ['asset, preview of what cannot be reached', asset(customers, 'preview')],
  ['asset, profile', asset(transactions, 'profile')],
  ['asset, profile of a number', asset(transactions, 'profile&column=amount')],
  ['asset, profile of a text', asset(transactions, 'profile&column=merchant.name')],
  ['asset, profile of personal data', asset(pilotAccounts, 'profile&column=email')],
  ['asset, without a profile', asset(customers, 'profile')],
  ['asset, quality', asset(pilotAccounts, 'quality')],
  ['asset, lineage', asset(churnPredictions, 'lineage')],
  ['asset, history', asset(churnPredictions, 'history')],
  ['asset, listing', asset(churnPredictions, 'listing')],
  ['asset, listing of what is not published', asset('postgres://core.guarani.example:5432;core.public.products', 'listing')],
  ['asset, discussion', asset(churnPredictions, 'discussion')],
  ['asset, source', asset(churnPredictions, 'source')],
  ['domain unit', '/domains/customer-analytics'],
  ['glossary', '/glossary'],
  ['one glossary', '/glossary/banking'],
  ['term', '/terms/banking/customer'],
  ['products', '/products'],
  ['product', '/products/customer-360'],
  ['projects', '/projects'],
  ['project', '/projects/customer-360'],
  ['responsibilities', '/responsibilities/urn:loggia:domain-unit:customer-analytics'],
  ['new project', '/new/project'],
  ['rules', '/rules'],
  ['rule', '/rules/listings-explain-themselves'],
  ['new rule', '/new/rule'],
  ['metadata forms', '/metadata-forms'],
  ['metadata form', '/metadata-forms/data-protection'],
  ['new metadata form', '/new/metadata-form'],
  ['edit a metadata form', '/edit/urn:loggia:metadata-form:data-protection'],
  ['search, by a metadata form', '/search?form=data-protection/class%3Dconfidential'],
  ['in no unit', '/unplaced'],
  ['inbox', '/inbox'],
  ['mail', '/inbox/mail'],
  ['notifications', '/notifications'],
  ['ask', '/ask?about=' + encodeURIComponent('urn:loggia:asset:' + churnPredictions)],
  ['publish many', '/publish?q=customer'],
  ['person', '/people/ana.benitez'],
  ['organisation', '/organisation'],
  ['accounts', '/accounts'],
  ['choose a password', '/password?key=none'],
  ['audit', '/audit'],
  ['audit, nothing found', '/audit?entity=urn:loggia:asset:nowhere;nothing'],
  ['new group', '/new/group'],
  ['new service', '/new/service'],
  ['sign in, where nobody has an account', '/sign-in'],
  ['open a file', '/open'],
  ['sources', '/sources'],
  ['new term', '/new/term'],
  ['new domain unit', '/new/domain-unit'],
  ['new data product', '/new/data-product'],
  ['new glossary', '/new/glossary'],
  ['edit a term', '/edit/urn:loggia:term:banking/customer'],
  ['history of a term', '/history/urn:loggia:term:banking/customer'],
];

/** Pages that are errors, with the status that they have. */
export const errors: [name: string, path: string, status: number][] = [
  ['no such page', '/nowhere', 404],
  ['no such asset', asset('file://nowhere;nothing'), 404],
  ['no such page number', '/search?page=-1', 400],
];
