console.log("too deep")
