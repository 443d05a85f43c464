TITLE,FILES="",()
def run(*,quick=False): return ""
