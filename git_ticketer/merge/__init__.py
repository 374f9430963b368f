"""The three-way merge of ticket files, and git's merge driver."""
