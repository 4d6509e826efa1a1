"""What a company tells: facts without formulas, one module per subject. Money is £ for the accounting period."""
