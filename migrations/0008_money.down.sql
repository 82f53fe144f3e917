drop table payout_items, earnings, payouts, ledger_rows, postings, payments;
