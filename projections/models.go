package projections

// models lists the models behind people, in the order in which they see an event.
func models(f *fold) []model {
	return []model{
		newAccounts(f),
		newCatalogue(f),
		newInstitutions(f),
		newSearcher(f),
		newRefusals(f),
		newIntake(f),
		newTokens(f),
		newDeadlines(f),
		newIncidents(f),
		newIncentives(f),
		newDeliveries(f),
		newTotals(f),
		newDailies(f),
	}
}
