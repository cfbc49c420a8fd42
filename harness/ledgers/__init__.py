"""What is done to the directories of studies beside running them: merging two, freeing what one takes."""
