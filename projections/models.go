package projections

// models lists the models behind people, in the order in which they see an event.
func models(f *fold) []model {
	return []model{
		newAccounts(f),
		newIncentives(f),
		newDeliveries(f),
		newTotals(f),
		newDailies(f),
	}
}
