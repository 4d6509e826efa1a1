"""The desk of a server: costings for all who ask it, one after the other, whichever door they come by.

``costing_desk`` the population, the last results and what one visitor may ask · ``askers`` who asks, first come, first
served, and until when a run goes on for those who left ·
``building`` a population built in a process of its own, which can be ended · ``apart`` all the work of a desk in such a
process · ``kept_results`` results kept on disk.
"""
